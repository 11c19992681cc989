// Nodemailer's smtp-server on loopback, for XOAUTH2. Arguments: port, folder for mails, certificate, key.
"use strict";
const fs = require("fs");
const path = require("path");
const { SMTPServer } = require("smtp-server");
const [port, folder, cert, key] = process.argv.slice(2);
let count = 0;
const server = new SMTPServer({
  name: "mail.bdwater.test",
  secure: false,
  cert: fs.readFileSync(cert),
  key: fs.readFileSync(key),
  authMethods: ["XOAUTH2", "PLAIN"],
  onAuth(auth, session, done) {
    const good = auth.method === "XOAUTH2" ? auth.accessToken === process.env.TOKEN : auth.password === process.env.TOKEN;
    if (good) return done(null, { user: auth.username });
    return done(null, { data: { status: "401", schemes: "bearer", scope: "https://mail.bdwater.test/" } });
  },
  onData(stream, session, done) {
    const box = path.join(folder, session.envelope.rcptTo[0].address.split("@")[0], "new");
    fs.mkdirSync(box, { recursive: true });
    const file = fs.createWriteStream(path.join(box, String(++count)));
    stream.pipe(file);
    file.on("finish", () => done(null, "Message queued as " + count));
  },
});
server.listen(Number(port), "127.0.0.1");
