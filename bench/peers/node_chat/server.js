// A chat server as a careful JavaScript team writes it: ws and pg, one prepared INSERT a message on a pool, the
// acknowledgement after the commit, each event encoded once for all readers of a channel.
"use strict";

const { Pool } = require("pg");
const { WebSocketServer } = require("ws");

const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
pool.on("error", (error) => console.error(error)); // an idle connection was lost; the pool opens another
const channels = new Map(); // channel -> the sockets that follow it

const INSERT = {
  name: "add-message",
  text: "insert into messages (channel, sender, content) values ($1, $2, $3) returning id, created_at",
};

async function send(socket, message) {
  const { ref, channel, content } = message;
  if (typeof channel !== "string" || typeof content !== "string" || content.length > 2000) {
    socket.send(JSON.stringify({ op: "error", ref, code: "malformed" }));
    return;
  }
  const { rows } = await pool.query({ ...INSERT, values: [channel, socket.user, content] });
  const { id, created_at } = rows[0];
  socket.send(JSON.stringify({ op: "ack", ref, id, at: created_at }));
  const event = JSON.stringify({ op: "event", channel, id, sender: socket.user, content, at: created_at });
  for (const reader of channels.get(channel) ?? []) {
    if (reader.readyState === reader.OPEN) reader.send(event);
  }
}

function subscribe(socket, { ref, channel }) {
  if (!channels.has(channel)) channels.set(channel, new Set());
  channels.get(channel).add(socket);
  socket.followed.add(channel);
  socket.send(JSON.stringify({ op: "subscribed", ref, channel }));
}

function forget(socket) {
  for (const channel of socket.followed) {
    const readers = channels.get(channel);
    readers.delete(socket);
    if (!readers.size) channels.delete(channel);
  }
}

async function main() {
  await pool.query(
    `create table if not exists messages (
       id bigint generated always as identity primary key, channel text not null, sender text not null,
       content text not null, created_at timestamptz not null default now())`,
  );
  await pool.query("create index if not exists messages_of_channel on messages (channel, id)");
  const server = new WebSocketServer({
    host: "127.0.0.1",
    port: Number(process.env.PORT),
    perMessageDeflate: false,
    maxPayload: 32768,
  });
  server.on("connection", (socket, request) => {
    socket.user = (request.headers.authorization ?? "").replace("Bearer ", "");
    socket.followed = new Set();
    socket.on("message", (data) => {
      let message;
      try {
        message = JSON.parse(data);
      } catch {
        socket.close(1007);
        return;
      }
      if (message.op === "send") {
        send(socket, message).catch((error) => {
          console.error(error);
          socket.send(JSON.stringify({ op: "error", ref: message.ref, code: "not_stored" }));
        });
      } else if (message.op === "subscribe") {
        subscribe(socket, message);
      }
    });
    socket.on("close", () => forget(socket));
    socket.send(JSON.stringify({ op: "welcome" }));
  });
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
