#!/usr/bin/env python3
"""A PostgreSQL server that greets and then says nothing: mute-relay.py HOST PORT

Listens on a free port of 127.0.0.1 and writes it, on one line, to standard output. What clients send goes to the server
at HOST and PORT until that says that it is ready for queries; what they send after that is taken and forgotten.
"""

import ctypes
import selectors
import signal
import socket
import sys
import threading

READY = b"Z\0\0\0\x05I"  # ReadyForQuery, outside of a transaction.


def relay(client, server):
    is_ready = False
    with client, server, selectors.DefaultSelector() as selector:
        selector.register(client, selectors.EVENT_READ)
        selector.register(server, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                data = key.fileobj.recv(65536)
                if not data:
                    return
                if key.fileobj is server:
                    client.sendall(data)
                    is_ready = is_ready or data.endswith(READY)
                elif not is_ready:
                    server.sendall(data)


def main():
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG: end with the test process.
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    while True:
        client, _ = listener.accept()
        server = socket.create_connection((sys.argv[1], int(sys.argv[2])))
        threading.Thread(target=relay, args=(client, server), daemon=True).start()


main()
