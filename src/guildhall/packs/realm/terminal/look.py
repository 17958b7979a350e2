"""The style of the application, and its keys."""

from textual.binding import Binding, BindingType

CSS = """
Screen { layout: vertical; }
#head { height: 1; background: $primary; color: $text; padding: 0 1; }
#middle { height: 1fr; }
#log { width: 1fr; scrollbar-size-vertical: 1; overflow-x: hidden; overflow-y: scroll; }
#who { width: 18; padding: 0 1; border-left: solid $primary; }
#panel { display: none; height: auto; max-height: 60%; border: round $accent; padding: 0 1; }
#panel.shown { display: block; }
#panel-text { width: 100%; height: auto; }
#typing { height: 1; color: $text-muted; padding: 0 1; }
#say { height: 1; border: none; padding: 0 1; background: $boost; }
#say:focus { border: none; }
"""

BINDINGS: list[BindingType] = [
    Binding("ctrl+c,ctrl+q", "quit", "Leave", priority=True),
    Binding("ctrl+r", "retry", "Again", priority=True),
    Binding("escape", "put_away", "Close", priority=True),
    Binding("pageup", "scroll(-1)", "Older", priority=True),
    Binding("pagedown", "scroll(1)", "Newer", priority=True),
    Binding("ctrl+up", "select(-1)", "Select", priority=True),
    Binding("ctrl+down", "select(1)", "Select", priority=True),
]
