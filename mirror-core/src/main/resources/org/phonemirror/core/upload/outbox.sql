-- ids of all orders that have come, so that none is carried out twice (times are milliseconds)
CREATE TABLE IF NOT EXISTS taken (
  subscriber TEXT NOT NULL,
  id INTEGER NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (subscriber, id)
) WITHOUT ROWID;

-- orders under way: awaited (their file is not yet here), open, or done
CREATE TABLE IF NOT EXISTS upload (
  subscriber TEXT NOT NULL,
  id INTEGER NOT NULL,
  path TEXT NOT NULL,
  size INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  subject TEXT NOT NULL,
  body TEXT NOT NULL,
  ordered INTEGER NOT NULL,
  until INTEGER NOT NULL,
  state TEXT NOT NULL,
  cancelled INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (subscriber, id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS upload_content ON upload (sha256, state);

-- one for each recipient: waiting, sending, sent, failed, cancelled
CREATE TABLE IF NOT EXISTS delivery (
  subscriber TEXT NOT NULL,
  id INTEGER NOT NULL,
  number INTEGER NOT NULL,
  recipient TEXT NOT NULL,
  state TEXT NOT NULL,
  due INTEGER NOT NULL,
  failures INTEGER NOT NULL DEFAULT 0,
  -- it has left: from here on the recipient may have it, whatever we hear
  handed INTEGER NOT NULL DEFAULT 0,
  -- an earlier attempt had left, and nobody knows what became of it
  doubtful INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (subscriber, id, number)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS delivery_due ON delivery (state, due);

-- what subscribers are still to be told
CREATE TABLE IF NOT EXISTS report (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  subscriber TEXT NOT NULL,
  id INTEGER NOT NULL,
  topic TEXT NOT NULL,
  recipient TEXT,
  reason TEXT,
  text TEXT NOT NULL
);
