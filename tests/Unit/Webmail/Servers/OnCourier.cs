using Tests.Unit.Webmail.Emails;
using Tests.Unit.Webmail.Index;
using Tests.Unit.Webmail.Jobs;
using Tests.Unit.Webmail.Outbox;
using Tests.Unit.Webmail.Push;

namespace Tests.Unit.Webmail.Servers;

// What every server is to be seen alike through, on Courier.

public sealed class ChangesOnCourier(IndexWebmail<CourierServer> webmail) : ChangesTests<CourierServer>(webmail);

public sealed class MailboxSetOnCourier(IndexWebmail<CourierServer> webmail) : MailboxSetTests<CourierServer>(webmail);

public sealed class MailboxRightsOnCourier(IndexWebmail<CourierServer> webmail) : MailboxRightsTests<CourierServer>(webmail)
{
    protected override bool Expects => true;

    protected override string OwnIdentifier => "owner";
}

public sealed class QueryOnCourier(IndexWebmail<CourierServer> webmail) : QueryTests<CourierServer>(webmail);

public sealed class StableIdOnCourier(IndexWebmail<CourierServer> webmail) : StableIdTests<CourierServer>(webmail);

public sealed class BodyOnCourier(IndexWebmail<CourierServer> webmail) : BodyTests<CourierServer>(webmail);

public sealed class CreateOnCourier(IndexWebmail<CourierServer> webmail) : CreateTests<CourierServer>(webmail);

public sealed class ImportOnCourier(IndexWebmail<CourierServer> webmail) : ImportTests<CourierServer>(webmail);

public sealed class MailboxQueryOnCourier(IndexWebmail<CourierServer> webmail) : MailboxQueryTests<CourierServer>(webmail);

public sealed class RaceOnCourier(IndexWebmail<CourierServer> webmail) : RaceTests<CourierServer>(webmail);

public sealed class ParseOnCourier(IndexWebmail<CourierServer> webmail) : ParseTests<CourierServer>(webmail);

public sealed class SnippetOnCourier(IndexWebmail<CourierServer> webmail) : SnippetTests<CourierServer>(webmail);

public sealed class FilingOnCourier(PostgresServer postgres, CourierServer server) : FilingTests(postgres, server);

public sealed class IdleOnCourier(PostgresServer postgres, CourierServer server) : IdleTests(postgres, server);

public sealed class JobActionOnCourier(PostgresServer postgres, CourierServer server) : ActionTests(postgres, server);
