"""Tables of a study to Parquet and back, and the hash of what they say."""

from __future__ import annotations

import hashlib
import io
import struct

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from pandas.api.types import is_bool_dtype, is_float_dtype, is_integer_dtype

from core.errors import ArteriaError
from core.schema import PatientFrame, StudyData, typed_frame


def write_parquet(frame: pd.DataFrame) -> bytes:
    """The frame as Parquet, without its index."""
    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), buffer, compression="zstd")
    return buffer.getvalue()


def read_parquet(table: str, content: bytes) -> PatientFrame:
    """The frame that ``write_parquet`` wrote, with the types that ``StudyData`` promises."""
    frame = pq.read_table(io.BytesIO(content)).to_pandas()
    for column in frame.select_dtypes(object).columns:
        frame[column] = frame[column].where(frame[column].notna(), None)
    return typed_frame(table, frame)


def content_hash(data: StudyData) -> str:
    """SHA-256 of what the study says: its tables, own variables and data cut-off.

    Equal data give an equal hash, whatever the order of tables and columns and the index;
    the order of rows counts. Missing values of one column are all alike.

    >>> frame = pd.DataFrame({"patient_id": ["P01"], "age": [61.0]})
    >>> first = content_hash(StudyData({"patients": typed_frame("patients", frame)}))
    >>> turned = typed_frame("patients", frame[["age", "patient_id"]])
    >>> first == content_hash(StudyData({"patients": turned}))
    True
    """
    digest = hashlib.sha256()
    for part in (str(data.data_cutoff), *data.own_variables):
        _add(digest, part.encode())
    for name in sorted(data.tables):
        _add(digest, table_hash(name, data.tables[name]))
    return digest.hexdigest()


def table_hash(name: str, frame: pd.DataFrame) -> bytes:
    """SHA-256 of one table, as ``content_hash`` counts it."""
    digest = hashlib.sha256()
    _add(digest, f"table {name} {len(frame)}".encode())
    for column in sorted(frame.columns):
        _add(digest, f"column {column}".encode())
        for part in _canonical(frame[column]):
            _add(digest, part)
    return digest.digest()


def _add(digest: hashlib._Hash, part: bytes) -> None:
    # The length before each part keeps two different series of parts from meeting.
    digest.update(struct.pack("<Q", len(part)))
    digest.update(part)


def _canonical(column: pd.Series) -> tuple[bytes, ...]:
    missing = column.isna().to_numpy(dtype=bool)
    kind = column.dtype
    if isinstance(kind, np.dtype) and kind.kind == "M":
        days = column.to_numpy(dtype="datetime64[ns]").astype("<i8")
        return b"date", missing.tobytes(), np.where(missing, 0, days).tobytes()
    if is_bool_dtype(kind):
        truth = column.fillna(False).to_numpy(dtype=bool)
        return b"boolean", missing.tobytes(), truth.tobytes()
    if is_integer_dtype(kind):
        whole = column.fillna(0).to_numpy(dtype="<i8")
        return b"integer", missing.tobytes(), whole.tobytes()
    if is_float_dtype(kind):
        number = column.to_numpy(dtype="<f8", na_value=np.nan)
        # Adding 0.0 turns -0.0 into 0.0, which compares equal.
        return b"number", missing.tobytes(), (np.where(missing, 0.0, number) + 0.0).tobytes()
    texts = [b"" if absent else _said(value) for value, absent in zip(column, missing, strict=True)]
    lengths = np.array([len(text) for text in texts], dtype="<i8")
    return b"text", missing.tobytes(), lengths.tobytes(), b"".join(texts)


def _said(value: object) -> bytes:
    # Text as it is; another value of an own variable under the name of its type.
    return (
        value.encode() if isinstance(value, str) else f"\0{type(value).__name__} {value}".encode()
    )


def checked_parquet(data: StudyData) -> dict[str, bytes]:
    """Each table as Parquet, proved to give the same data when read back.

    Raises:
        ArteriaError: ``table_not_storable``: a column mixes types that can't be kept.
    """
    written: dict[str, bytes] = {}
    for name, frame in data.tables.items():
        try:
            written[name] = write_parquet(frame)
        except pa.ArrowException as error:
            raise ArteriaError("table_not_storable", table=name) from error
        back = read_parquet(name, written[name])
        same_types = back.dtypes.equals(frame.dtypes)
        if not same_types or table_hash(name, back) != table_hash(name, frame):
            raise ArteriaError("table_not_storable", table=name)
    return written
