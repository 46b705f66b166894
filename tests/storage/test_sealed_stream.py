"""A sealed stream opens whole and unchanged with its key, or not at all."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.storage.backups.sealed_stream import seal, unseal
from bot.storage.vault import VaultError

KEY, OTHER = bytes(range(32)), bytes(32)
MEBIBYTE = 1 << 20
HEADER, LONGER = 24, 17
SEALED_CHUNK = MEBIBYTE + LONGER
THREE_CHUNKS = b"a" * MEBIBYTE + b"b" * MEBIBYTE + b"c" * 10


def sealed(plain: bytes) -> bytes:
    out = BytesIO()
    seal(BytesIO(plain), out, KEY)
    return out.getvalue()


def unsealed(data: bytes, *keys: bytes) -> bytes:
    out = BytesIO()
    unseal(BytesIO(data), out, keys or (KEY,))
    return out.getvalue()


@pytest.mark.parametrize("length", [0, 1, MEBIBYTE - 1, MEBIBYTE, MEBIBYTE + 1, 2 * MEBIBYTE])
def test_what_was_sealed_comes_out_again(length: int) -> None:
    data = sealed(b"x" * length)
    assert unsealed(data) == b"x" * length
    assert len(data) == HEADER + length + LONGER * max(-(-length // MEBIBYTE), 1)


def test_any_key_may_be_the_one() -> None:
    assert unsealed(sealed(THREE_CHUNKS), OTHER, KEY) == THREE_CHUNKS


def test_the_same_is_never_sealed_the_same() -> None:
    assert sealed(b"plain") != sealed(b"plain")


@pytest.mark.parametrize("keys", [(OTHER,), (OTHER, bytes(31) + b"1")])
def test_no_other_key_opens_it(keys: tuple[bytes, ...]) -> None:
    with pytest.raises(VaultError):
        unsealed(sealed(b"plain"), *keys)


@given(st.integers(0, 8 * (HEADER + 5 + LONGER) - 1))
def test_a_turned_bit_anywhere_is_noticed(bit: int) -> None:
    data = bytearray(sealed(b"plain"))
    data[bit // 8] ^= 1 << bit % 8
    with pytest.raises(VaultError):
        unsealed(bytes(data))


@pytest.mark.parametrize("place", [HEADER + SEALED_CHUNK, HEADER + 2 * SEALED_CHUNK - 1, -1])
def test_a_turned_bit_in_a_later_chunk_is_noticed(place: int) -> None:
    data = bytearray(sealed(THREE_CHUNKS))
    data[place] ^= 1
    with pytest.raises(VaultError):
        unsealed(bytes(data))


@pytest.mark.parametrize(
    "end",
    [0, 10, HEADER, HEADER + 5, HEADER + SEALED_CHUNK, HEADER + 2 * SEALED_CHUNK, HEADER + 2 * SEALED_CHUNK + 5, -1],
)
def test_what_is_cut_off_is_missed(end: int) -> None:
    with pytest.raises(VaultError):
        unsealed(sealed(THREE_CHUNKS)[:end])


@pytest.mark.parametrize("length", [5, MEBIBYTE])
def test_what_is_added_is_noticed(length: int) -> None:
    with pytest.raises(VaultError):
        unsealed(sealed(b"x" * length) + b"more")


@pytest.mark.parametrize("order", [(1, 0, 2), (0, 2), (1, 2), (0, 0, 2), (0, 1, 1, 2), (2,), (0, 2, 1)])
def test_chunks_have_their_places(order: tuple[int, ...]) -> None:
    data = sealed(THREE_CHUNKS)
    body = data[HEADER:]
    chunks = [body[:SEALED_CHUNK], body[SEALED_CHUNK : 2 * SEALED_CHUNK], body[2 * SEALED_CHUNK :]]
    with pytest.raises(VaultError):
        unsealed(data[:HEADER] + b"".join(chunks[number] for number in order))


def test_a_chunk_of_another_stream_is_noticed() -> None:
    one, other = sealed(THREE_CHUNKS), sealed(THREE_CHUNKS)
    end = HEADER + SEALED_CHUNK
    with pytest.raises(VaultError):
        unsealed(one[:end] + other[end:])
