CREATE TABLE mail_domain (
    domain text PRIMARY KEY,
    settings jsonb NOT NULL);
