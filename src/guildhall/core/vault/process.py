"""The objects of vault that web processes and workers both hold."""

from guildhall.core.vault.vault import Vault
from guildhall.pack import ProcessPart

PROCESS = ProcessPart(services=(Vault,))
