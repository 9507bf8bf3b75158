"""An object store on loopback that speaks as much of S3 as Arrow asks for; keys of one bucket, in memory."""

from __future__ import annotations

import io
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import BinaryIO, Final
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

from lxml import etree

BUCKET: Final = "shared-bucket"


class ObjectStore:
    """The store.

    Attributes:
        objects: key → bytes.
        written: every key that was ever written.
    """

    def __init__(self, port: int) -> None:
        self.objects: dict[str, bytes] = {}
        self.written: set[str] = set()
        self.uploads: dict[str, dict[int, bytes]] = {}
        self._port = port

    def url(self, folder: str) -> str:
        """A folder of the bucket, as Arrow wants it."""
        return (
            f"s3://key:secret@{BUCKET}/{folder}?endpoint_override=127.0.0.1:{self._port}"
            "&scheme=http&region=us-east-1"
        )

    def put(self, key: str, content: bytes) -> None:
        """Write an object; a folder's marker (a key that ends with a slash) is none that anybody wrote."""
        self.objects[key] = content
        if not key.endswith("/"):
            self.written.add(key)


@contextmanager
def object_store() -> Iterator[ObjectStore]:
    """Serve an empty store as long as the block lasts."""

    class Handler(_Handler):
        pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Handler.store = ObjectStore(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Handler.store
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    store: ObjectStore

    def do_HEAD(self) -> None:
        """Whether an object is there."""
        key, _ = self._asked()
        content = self.store.objects.get(key)
        if content is None:
            self._answer(404)
        else:
            self._answer(200, content)

    def do_GET(self) -> None:
        """An object, or keys with a prefix."""
        key, query = self._asked()
        if "list-type" in query:
            self._list(query.get("prefix", ""))
        elif key in self.store.objects:
            self._answer(200, self.store.objects[key])
        else:
            self._refuse(404, "NoSuchKey")

    def do_PUT(self) -> None:
        """An object, or a part of one."""
        key, query = self._asked()
        content = self._body()
        if "uploadId" in query:
            self.store.uploads[query["uploadId"]][int(query["partNumber"])] = content
        else:
            self.store.put(key, content)
        self._answer(200, etag='"part"')

    def do_POST(self) -> None:
        """An upload in parts begins or ends; or keys are removed."""
        key, query = self._asked()
        body = self._body()
        if "uploads" in query:
            upload = uuid.uuid4().hex
            self.store.uploads[upload] = {}
            self._xml("InitiateMultipartUploadResult", f"<UploadId>{upload}</UploadId>")
        elif "uploadId" in query:
            parts = self.store.uploads.pop(query["uploadId"])
            self.store.put(key, b"".join(parts[number] for number in sorted(parts)))
            self._xml("CompleteMultipartUploadResult", f"<Key>{escape(key)}</Key>")
        else:
            for named in etree.fromstring(body).iter("{*}Key"):
                self.store.objects.pop(named.text or "", None)
            self._xml("DeleteResult", "")

    def do_DELETE(self) -> None:
        """An object that is no longer wanted."""
        self.store.objects.pop(self._asked()[0], None)
        self._answer(204)

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _asked(self) -> tuple[str, dict[str, str]]:
        address = urlsplit(self.path)
        query = {name: words[0] for name, words in parse_qs(address.query, keep_blank_values=True).items()}
        bucket, _, key = unquote(address.path).lstrip("/").partition("/")
        assert bucket == BUCKET
        return key, query

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") == "chunked":
            content = _unchunked(self.rfile)
        else:
            content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        is_signed = "aws-chunked" in self.headers.get("Content-Encoding", "")
        return _unchunked(io.BytesIO(content)) if is_signed else content

    def _list(self, prefix: str) -> None:
        found = "".join(
            f"<Contents><Key>{escape(key)}</Key><Size>{len(content)}</Size></Contents>"
            for key, content in sorted(self.store.objects.items())
            if key.startswith(prefix)
        )
        count = found.count("<Key>")
        self._xml("ListBucketResult", f"<KeyCount>{count}</KeyCount><IsTruncated>false</IsTruncated>{found}")

    def _refuse(self, status: int, code: str) -> None:
        self._answer(status, f"<Error><Code>{code}</Code></Error>".encode(), "application/xml")

    def _xml(self, name: str, inner: str) -> None:
        self._answer(200, f"<{name}>{inner}</{name}>".encode(), "application/xml")

    def _answer(
        self, status: int, content: bytes = b"", kind: str = "application/octet-stream", etag: str = '"e"'
    ) -> None:
        begin, end = 0, len(content)
        asked = self.headers.get("Range", "")
        if status == 200 and asked.startswith("bytes="):
            first, _, last = asked.removeprefix("bytes=").partition("-")
            begin, end = int(first), min(int(last) + 1 if last else end, end)
            status = 206
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("ETag", etag)
        self.send_header("Last-Modified", "Thu, 01 Jan 2026 00:00:00 GMT")
        self.send_header("Content-Length", str(end - begin))
        if status == 206:
            self.send_header("Content-Range", f"bytes {begin}-{end - 1}/{len(content)}")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content[begin:end])


def _unchunked(stream: BinaryIO) -> bytes:
    """Pieces, each after its size in hex, until an empty one; then lines about them until an empty one."""
    whole = b""
    while n_bytes := int(stream.readline().partition(b";")[0], 16):
        whole += stream.read(n_bytes)
        stream.readline()
    while stream.readline().strip():
        pass
    return whole
