-- The newest versions stay as messages in Drafts; histories are lost.
DO $$
BEGIN
    IF EXISTS (SELECT FROM draft WHERE NOT destroyed AND written < version) THEN
        RAISE EXCEPTION 'drafts wait to be written to their mailboxes, and would be lost; wait until they are, or have their owners sign in';
    END IF;
END $$;
DROP TABLE draft_blob;
DROP TABLE draft_version;
DROP TABLE draft;
DROP TABLE draft_account;
