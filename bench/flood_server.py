"""A loopback server that greets, and answers NOOP with as many reply lines as asked. Prints its port."""

import asyncio
import sys


async def serve(lines: int) -> None:
    flood = b"".join(
        b"250 2.0.0 reply line number %06d of the flood, sixty octets\r\n" % n for n in range(lines)
    )

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 flood.test ready\r\n")
        while line := await reader.readline():
            verb = line[:4].upper()
            writer.write(
                flood + b"250 2.0.0 the flood is over\r\n" if verb == b"NOOP" else b"250 2.0.0 ok\r\n"
            )
            await writer.drain()
            if verb == b"QUIT":
                break
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
