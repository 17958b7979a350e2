"""The objects of sign-in at providers that web processes and workers both hold."""

from guildhall.core.identity.sign_in.oauth.http import ProviderCalls
from guildhall.core.identity.sign_in.providers import Providers
from guildhall.core.identity.sign_in.schemas import FLOW_VERIFIER
from guildhall.pack import ProcessPart

PROCESS = ProcessPart(services=(ProviderCalls, Providers), sealed=(FLOW_VERIFIER,))
