"""Reader of Qt's binary resource format (.rcc), in which some programs ship their pictures.

Layout (big endian): magic ``qres``, version, offsets of tree, data and names. The tree is an array of nodes: name
offset (u32), flags (u16), then for a folder child count and first child (u32 each), for a file country and language
(u16 each) and data offset (u32); version 2 adds a time stamp (u64). A name is its length (u16), a hash (u32) and
UTF-16. Data begin with their length (u32).
"""

from __future__ import annotations

import struct
import zlib

_COMPRESSED, _FOLDER = 1, 2
_ZSTD = 4


def read_resources(data: bytes) -> dict[str, bytes]:
    """All files of a resource archive by path (``/qml/a.png``).

    Raises:
        ValueError: not a resource archive, or one compressed with Zstandard.
    """
    if data[:4] != b"qres":
        raise ValueError("not a Qt resource archive")
    version, tree, blobs, names = struct.unpack_from(">IIII", data, 4)
    node_size = 22 if version >= 2 else 14
    files: dict[str, bytes] = {}

    def name_of(node: int) -> str:
        offset = names + struct.unpack_from(">I", data, node)[0]
        length = struct.unpack_from(">H", data, offset)[0]
        return data[offset + 6 : offset + 6 + 2 * length].decode("utf-16-be")

    def walk(index: int, path: str) -> None:
        node = tree + index * node_size
        flags = struct.unpack_from(">H", data, node + 4)[0]
        if flags & _FOLDER:
            count, first = struct.unpack_from(">II", data, node + 6)
            for child in range(first, first + count):
                walk(child, f"{path}/{name_of(tree + child * node_size)}")
            return
        if flags & _ZSTD:
            raise ValueError(f"{path} is compressed with Zstandard")
        start = blobs + struct.unpack_from(">I", data, node + 10)[0]
        length = struct.unpack_from(">I", data, start)[0]
        content = data[start + 4 : start + 4 + length]
        files[path] = zlib.decompress(content[4:]) if flags & _COMPRESSED else content

    walk(0, "")
    return files
