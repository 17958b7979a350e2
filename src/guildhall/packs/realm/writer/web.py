"""The objects of the writer that web processes hold."""

from guildhall.pack import WebPart
from guildhall.packs.realm.writer.actions.writer import MessageWriter
from guildhall.packs.realm.writer.metrics import writer_metrics

WEB = WebPart(provides=(MessageWriter,), metrics=writer_metrics)
