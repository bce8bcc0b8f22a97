-- Nothing is lost: leases of backends, and triggers.
DROP TRIGGER tell_changed ON mail_index;
DROP TRIGGER tell_changed ON outbox_account;
DROP TRIGGER tell_changed ON contact_account;
DROP TRIGGER tell_ended ON session;
DROP FUNCTION tell_mail_changed();
DROP TABLE followed;
DROP TABLE follower;
