"""An ASGI application with a few resources."""

PAGE = b"A page that never changes while it is judged, and is longer than a hundred octets, so that parts can be asked for.\n"
LARGE = b"x" * (1 << 20)


async def application(scope, receive, send):
    """Answers by path."""
    if scope["type"] != "http":
        return
    path, method = scope["path"], scope["method"]
    if path == "/echo":
        await answer(send, 200, await content_of(receive))
    elif method not in ("GET", "HEAD"):
        await answer(send, 405, b"Not allowed.\n", (b"allow", b"GET, HEAD"))
    elif path == "/no-content":
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})
    elif path == "/redirect":
        await answer(send, 301, b"", (b"location", b"/other"))
    elif path == "/chunked":
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
        await send({"type": "http.response.body", "body": b"one ", "more_body": True})
        await send({"type": "http.response.body", "body": b"two\n"})
    else:
        pages = {"/": PAGE, "/other": b"another page\n", "/large": LARGE, "/empty": b""}
        if path in pages:
            await answer(send, 200, pages[path])
        else:
            await answer(send, 404, b"There is nothing here.\n")


async def content_of(receive):
    """The whole content of the request."""
    content = b""
    while True:
        event = await receive()
        content += event.get("body", b"")
        if not event.get("more_body"):
            return content


async def answer(send, status, content, *fields):
    """A response with its length."""
    lines = [(b"content-type", b"text/plain"), (b"content-length", str(len(content)).encode()), *fields]
    await send({"type": "http.response.start", "status": status, "headers": lines})
    await send({"type": "http.response.body", "body": content})
