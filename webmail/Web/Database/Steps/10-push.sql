CREATE TABLE follower (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    alive_until timestamptz NOT NULL);
CREATE TABLE followed (
    account text PRIMARY KEY,
    follower bigint NOT NULL REFERENCES follower ON DELETE CASCADE);
CREATE INDEX followed_follower ON followed (follower);
CREATE FUNCTION tell_mail_changed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM pg_notify('mail_changed', CASE WHEN TG_OP = 'DELETE' THEN OLD.account ELSE NEW.account END);
        RETURN NULL;
    END $$;
CREATE TRIGGER tell_changed AFTER UPDATE ON mail_index FOR EACH ROW WHEN (OLD.modified <> NEW.modified) EXECUTE FUNCTION tell_mail_changed();
CREATE TRIGGER tell_changed AFTER UPDATE ON outbox_account FOR EACH ROW WHEN (OLD.modified <> NEW.modified) EXECUTE FUNCTION tell_mail_changed();
CREATE TRIGGER tell_changed AFTER UPDATE ON contact_account FOR EACH ROW WHEN (OLD.modified <> NEW.modified) EXECUTE FUNCTION tell_mail_changed();
CREATE TRIGGER tell_ended AFTER DELETE ON session FOR EACH ROW WHEN (OLD.account IS NOT NULL) EXECUTE FUNCTION tell_mail_changed();
