CREATE TABLE sieve_script (
    account text NOT NULL,
    name text NOT NULL,
    id text NOT NULL,
    PRIMARY KEY (account, name));
