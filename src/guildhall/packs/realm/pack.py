"""The manifest of the realm pack."""

from guildhall.db.migrate import Branch
from guildhall.pack import Pack
from guildhall.packs.realm.exports import EXPORTS
from guildhall.packs.realm.settings import RealmSettings

REALM = Pack(
    name="realm",
    title="Realm",
    settings=RealmSettings,
    migrations=Branch("realm", "guildhall.packs.realm.migrations"),
    exports=EXPORTS,
)
