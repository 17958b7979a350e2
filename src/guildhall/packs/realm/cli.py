"""The commands of the pack, put together."""

import typer

from guildhall.packs.realm.archive import cli as archive
from guildhall.packs.realm.exchange.cli import exchange
from guildhall.packs.realm.follow.cli import mend_clock, recount_all
from guildhall.packs.realm.ops import cli as monitor
from guildhall.packs.realm.servers import cli as servers
from guildhall.packs.realm.terminal import cli as chat

commands = typer.Typer(
    help="Realm: servers, files of game servers, the archive, what operators look at.", no_args_is_help=True
)
commands.command("chat", context_settings=chat.THROUGH)(chat.chat)
commands.command("export")(exchange.export)
commands.command("import")(exchange.import_file)
commands.add_typer(archive.commands, name="archive")
commands.add_typer(servers.commands, name="servers")
commands.command("recount")(recount_all)
commands.command("mend")(mend_clock)
commands.command("monitor")(monitor.monitor)
