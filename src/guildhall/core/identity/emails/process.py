"""The objects of emails that web processes and workers both hold."""

from guildhall.core.identity.emails.mailer import Mailer
from guildhall.pack import ProcessPart

PROCESS = ProcessPart(services=(Mailer,))
