"""jsonrpcserver, a JSON-RPC dispatcher for Python, behind the http.server of the standard library."""

import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from jsonrpcserver import InvalidParams, Success, dispatch, method


def numbers(*values):
    return all(isinstance(value, (int, float)) for value in values)


@method
def subtract(minuend, subtrahend):
    return Success(minuend - subtrahend) if numbers(minuend, subtrahend) else InvalidParams()


@method(name="sum")
def total(*values):
    return Success(sum(values)) if numbers(*values) else InvalidParams()


@method
def get_data():
    return Success(["hello", 5])


@method(name="update")
@method(name="notify_hello")
@method(name="notify_sum")
def take(*values):
    return Success()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # The head and the content leave in one segment.
    wbufsize = -1

    def do_POST(self):
        # http.server knows no transfer codings.
        if "Transfer-Encoding" in self.headers:
            self.close_connection = True
            return self.send_error(411)
        length = int(self.headers.get("Content-Length", 0))
        reply = dispatch(self.rfile.read(length).decode())
        self.send_response(200 if reply else 204)
        if reply:
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(reply.encode())))
        self.end_headers()
        self.wfile.write(reply.encode())

    def log_message(self, *arguments):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


Server(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
