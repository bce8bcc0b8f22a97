-- Who has written before. Addresses may be of any length; entries of an index may not.
CREATE INDEX email_from ON email (account, left(lower(envelope -> 'from' -> 0 ->> 'email'), 320), received);
