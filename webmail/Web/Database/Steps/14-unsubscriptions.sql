-- The number of the message in the outbox that said it; NULL for one-click.
CREATE TABLE unsubscription (
    account text NOT NULL,
    list text NOT NULL,
    unsubscribed timestamptz NOT NULL,
    submission bigint,
    PRIMARY KEY (account, list));
CREATE INDEX unsubscription_unsubscribed ON unsubscription (account, unsubscribed);
