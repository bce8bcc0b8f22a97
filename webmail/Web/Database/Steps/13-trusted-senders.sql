CREATE TABLE trusted_sender (
    account text NOT NULL,
    sender text NOT NULL,
    PRIMARY KEY (account, sender));
