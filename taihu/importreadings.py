"""What does `taihu import readings` do, and how does any import of a history hold the data folder?

It opens the folder itself, brings the readings in, and settles them. A running Taihu owns the folder: then it is to be
stopped first; its broker keeps what the meters send meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from collector.bulk import FileDone, FileMap, Intake, RefusedRows, import_file, keys_of, load_file_map
from storage import StoreError, StoreLocked
from taihu.assembly import Product
from taihu.clock import Clock
from taihu.settings import Settings, SettingsError
from taihu.terminal import progress

JOURNAL_MB = 64
"""What the journal may keep in memory meanwhile: what reads the files needs memory, too. [MiB]"""


@contextmanager
def folder_to_fill(settings: Settings, clock: Clock) -> Iterator[Product]:
    """The product without broker and page, for as long as a history comes in.

    Raises
    ------
    SettingsError
        If no plant is known.
    storage.StoreError
        If the data folder cannot be used, or belongs to a running Taihu.
    """
    share = settings.storage.model_copy(update={"memory_mb": min(settings.storage.memory_mb, JOURNAL_MB)})
    settings = settings.model_copy(update={"storage": share})
    try:
        product = Product(settings, clock, collect=False, serve=False)
    except StoreLocked as error:
        raise StoreError(
            f"{error}\nA history goes into a folder that nobody holds: stop the running Taihu, import, and start it "
            "again; the broker keeps what the meters send meanwhile"
        ) from error
    try:
        if not product.registry().plants:
            raise SettingsError(f"no plant is known in {settings.data}: wanted --config with plant files, or --data")
        yield product
    finally:
        product.stop()


def intake_of(product: Product) -> Intake:
    """The door of a product's journal for readings of the past."""
    return Intake(product.store, keys_of(product.registry()), product.now_ms)


def import_readings(
    settings: Settings,
    files: Sequence[Path],
    told: Path | None,
    zone: str | None,
    refused: RefusedRows,
    clock: Clock,
    *,
    again: bool = False,
) -> Iterator[FileDone]:
    """Bring files of readings into the journal, one after the other, and settle what came.

    Parameters
    ----------
    settings : Settings
    files : sequence of Path
    told : Path or None
        A map; see `collector.bulk.filemap`.
    zone : str or None
        Zone of times that name none, where the map says nothing.
    refused : RefusedRows
        Gets the rows that are not kept.
    clock : Clock
    again : bool
        Read the files from their beginning.

    Yields
    ------
    FileDone

    Raises
    ------
    SettingsError
        If the zone is not known or no plant is.
    collector.bulk.ImportFailed, registry.ConfigError, storage.StoreError
        If the import cannot go on; what came before stays.
    """
    plan = FileMap() if told is None else load_file_map(told)
    if zone is not None:
        try:
            plan = FileMap.model_validate(plan.with_zone(zone).model_dump())
        except ValueError:
            raise SettingsError(f"--zone {zone!r}: wanted an IANA name such as Asia/Shanghai or UTC") from None
    with folder_to_fill(settings, clock) as product:
        for file in files:
            with progress(file.name, counted=False) as bar:
                done = import_file(
                    file, plan, product.registry(), intake_of(product), refused, again=again, progress=bar.advance_to
                )
            yield done
        settle_all(product)


def settle_all(product: Product) -> None:
    """Settle everything that was journalled, with a bar; what an end in the middle left, the next start settles."""
    newest, first = product.store.newest_batch, product.store.settled_batch
    if first >= newest:
        return
    with progress("settling", counted=False) as bar:
        while product.store.settled_batch < newest:
            product.settler.step()
            bar.advance_to(product.store.settled_batch - first, newest - first)
