using Tests.Unit.Webmail.Emails;
using Tests.Unit.Webmail.Index;
using Tests.Unit.Webmail.Jobs;
using Tests.Unit.Webmail.Outbox;
using Tests.Unit.Webmail.Push;

namespace Tests.Unit.Webmail.Servers;

// What every server is to be seen alike through, on Cyrus.

public sealed class ChangesOnCyrus(IndexWebmail<CyrusServer> webmail) : ChangesTests<CyrusServer>(webmail);

public sealed class MailboxSetOnCyrus(IndexWebmail<CyrusServer> webmail) : MailboxSetTests<CyrusServer>(webmail);

public sealed class MailboxRightsOnCyrus(IndexWebmail<CyrusServer> webmail) : MailboxRightsTests<CyrusServer>(webmail)
{
    protected override bool Expects => true;
}

public sealed class QueryOnCyrus(IndexWebmail<CyrusServer> webmail) : QueryTests<CyrusServer>(webmail);

public sealed class StableIdOnCyrus(IndexWebmail<CyrusServer> webmail) : StableIdTests<CyrusServer>(webmail);

public sealed class BodyOnCyrus(IndexWebmail<CyrusServer> webmail) : BodyTests<CyrusServer>(webmail);

public sealed class CreateOnCyrus(IndexWebmail<CyrusServer> webmail) : CreateTests<CyrusServer>(webmail);

public sealed class ImportOnCyrus(IndexWebmail<CyrusServer> webmail) : ImportTests<CyrusServer>(webmail);

public sealed class MailboxQueryOnCyrus(IndexWebmail<CyrusServer> webmail) : MailboxQueryTests<CyrusServer>(webmail);

public sealed class RaceOnCyrus(IndexWebmail<CyrusServer> webmail) : RaceTests<CyrusServer>(webmail);

public sealed class ParseOnCyrus(IndexWebmail<CyrusServer> webmail) : ParseTests<CyrusServer>(webmail);

public sealed class SnippetOnCyrus(IndexWebmail<CyrusServer> webmail) : SnippetTests<CyrusServer>(webmail);

public sealed class FilingOnCyrus(PostgresServer postgres, CyrusServer server) : FilingTests(postgres, server);

public sealed class IdleOnCyrus(PostgresServer postgres, CyrusServer server) : IdleTests(postgres, server);

public sealed class JobActionOnCyrus(PostgresServer postgres, CyrusServer server) : ActionTests(postgres, server);

public sealed class JobDyingOnCyrus(PostgresServer postgres, CyrusServer server) : Jobs.DyingTests(postgres, server);
