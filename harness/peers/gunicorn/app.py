"""A WSGI application with a few resources."""

PAGE = b"A page that never changes while it is judged, and is longer than a hundred octets, so that parts can be asked for.\n"
LARGE = b"x" * (1 << 20)


def application(environ, start_response):
    """Answers by path."""
    path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
    if path == "/echo":
        content = environ["wsgi.input"].read()
        return answer(start_response, "200 OK", content)
    if method not in ("GET", "HEAD"):
        start_response("405 Method Not Allowed", [("Allow", "GET, HEAD"), ("Content-Length", "0")])
        return [b""]
    if path == "/no-content":
        start_response("204 No Content", [])
        return []
    if path == "/redirect":
        start_response("301 Moved Permanently", [("Location", "/other"), ("Content-Length", "0")])
        return [b""]
    if path == "/chunked":
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [] if method == "HEAD" else iter([b"one ", b"two\n"])
    pages = {"/": PAGE, "/other": b"another page\n", "/large": LARGE, "/empty": b""}
    if path in pages:
        return answer(start_response, "200 OK", pages[path], method)
    return answer(start_response, "404 Not Found", b"There is nothing here.\n", method)


def answer(start_response, status, content, method="GET"):
    """A response with its length."""
    fields = [("Content-Type", "text/plain"), ("Content-Length", str(len(content)))]
    start_response(status, fields)
    return [b"" if method == "HEAD" else content]
