"""From histories to checked readings: files of readings, and other databases.

`import_file` reads a CSV or Parquet file by a `FileMap`; both ways in go through an `Intake`, which asks of readings of
the past what the decoder asks of messages.
"""

from collector.bulk.filemap import FileMap, load_file_map
from collector.bulk.files import FileDone, import_file, keys_of
from collector.bulk.intake import Intake, Tally
from collector.bulk.refused import RefusedRows, refused_rows
from collector.bulk.source import ImportFailed

__all__ = [
    "FileDone",
    "FileMap",
    "ImportFailed",
    "Intake",
    "RefusedRows",
    "Tally",
    "import_file",
    "keys_of",
    "load_file_map",
    "refused_rows",
]
