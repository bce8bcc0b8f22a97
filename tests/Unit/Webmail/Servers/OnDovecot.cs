using Tests.Unit.Webmail.Emails;
using Tests.Unit.Webmail.Index;
using Tests.Unit.Webmail.Jobs;
using Tests.Unit.Webmail.Outbox;
using Tests.Unit.Webmail.Sieve;

namespace Tests.Unit.Webmail.Servers;

// What every server is to be seen alike through, on Dovecot.

public sealed class ChangesOnDovecot(IndexWebmail<DovecotServer> webmail) : ChangesTests<DovecotServer>(webmail);

public sealed class MailboxSetOnDovecot(IndexWebmail<DovecotServer> webmail) : MailboxSetTests<DovecotServer>(webmail);

public sealed class MailboxRightsOnDovecot(IndexWebmail<DovecotServer> webmail) : MailboxRightsTests<DovecotServer>(webmail);

public sealed class QueryOnDovecot(IndexWebmail<DovecotServer> webmail) : QueryTests<DovecotServer>(webmail);

public sealed class StableIdOnDovecot(IndexWebmail<DovecotServer> webmail) : StableIdTests<DovecotServer>(webmail);

public sealed class BodyOnDovecot(IndexWebmail<DovecotServer> webmail) : BodyTests<DovecotServer>(webmail);

public sealed class CreateOnDovecot(IndexWebmail<DovecotServer> webmail) : CreateTests<DovecotServer>(webmail);

public sealed class ImportOnDovecot(IndexWebmail<DovecotServer> webmail) : ImportTests<DovecotServer>(webmail);

public sealed class MailboxQueryOnDovecot(IndexWebmail<DovecotServer> webmail) : MailboxQueryTests<DovecotServer>(webmail);

public sealed class RaceOnDovecot(IndexWebmail<DovecotServer> webmail) : RaceTests<DovecotServer>(webmail);

public sealed class ParseOnDovecot(IndexWebmail<DovecotServer> webmail) : ParseTests<DovecotServer>(webmail);

public sealed class SnippetOnDovecot(IndexWebmail<DovecotServer> webmail) : SnippetTests<DovecotServer>(webmail);

public sealed class FilingOnDovecot(PostgresServer postgres, DovecotServer server) : FilingTests(postgres, server);

public sealed class JobActionOnDovecot(PostgresServer postgres, DovecotServer server) : ActionTests(postgres, server)
{
    protected override int Many => 5000;
}

public sealed class JobDyingOnDovecot(PostgresServer postgres, DovecotServer server) : Jobs.DyingTests(postgres, server);
