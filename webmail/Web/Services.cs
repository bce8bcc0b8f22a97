using Npgsql;
using Splice.Hooks;
using Splice.Store;
using Webmail.Mail.Authentication;
using Webmail.Mail.Availability;
using Webmail.Mail.Blobs;
using Webmail.Mail.Caching;
using Webmail.Mail.Html;
using Webmail.Mail.Imap;
using Webmail.Mail.Mailboxes;
using Webmail.Mail.Messages;
using Webmail.Mail.Quotas;
using Webmail.Mail.Seams;
using Webmail.Mail.Sending;
using Webmail.Mail.Servers.Discovery;
using Webmail.Mail.Servers.Probing;
using Webmail.Mail.Sieve;
using Webmail.Mail.Sieve.Scripts;
using Webmail.Mail.Sieve.Vacations;
using Webmail.Mail.Sync;
using Webmail.Mail.Unsubscribing;
using Webmail.Mail.Writing;
using Webmail.Web.Blobs;
using Webmail.Web.Blobs.Resumable;
using Webmail.Web.Config;
using Webmail.Web.Contacts;
using Webmail.Web.Database;
using Webmail.Web.Domains;
using Webmail.Web.Drafts;
using Webmail.Web.Files;
using Webmail.Web.Identities;
using Webmail.Web.Following;
using Webmail.Web.Index;
using Webmail.Web.Jmap;
using Webmail.Web.Jmap.Methods;
using Webmail.Web.Jmap.Methods.Contacts;
using Webmail.Web.Jmap.Methods.Drafts;
using Webmail.Web.Jmap.Methods.Emails;
using Webmail.Web.Jmap.Methods.Identities;
using Webmail.Web.Jmap.Methods.Jobs;
using Webmail.Web.Jmap.Methods.Quotas;
using Webmail.Web.Jmap.Methods.Submissions;
using Webmail.Web.Jobs;
using Webmail.Web.Outbox;
using Webmail.Web.Push;
using Webmail.Web.Reading;
using Webmail.Web.Scripts;
using Webmail.Web.Sessions;
using Webmail.Web.Sessions.SecondFactors;
using Webmail.Web.Status;

namespace Webmail.Web;

/// <summary>What the application is made of.</summary>
internal static class Services
{
    private const long ReadCacheBytes = 64 * 1024 * 1024;

    public static void AddWebmail(this IServiceCollection services, WebmailConfig config)
    {
        AddJournal(services, config);
#pragma warning disable RS0030 // The process's own clock, for what outlives requests (expiry, leases); requests have the journal's.
        services.AddSingleton(TimeProvider.System);
#pragma warning restore RS0030
        services.AddSingleton(provider => DatabaseSource.Create(
            config.Database, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILoggerFactory>().CreateLogger("Webmail.Web.Database")));
        services.AddHostedService<MigrationService>();
        AddDomains(services, config);
        AddMail(services, config);
        services.AddSingleton<SessionStore>();
        services.AddSingleton<FailedSignIns>();
        services.AddSingleton(new SecondFactorSeal(config.Splice.ClusterKeyFile is { Length: > 0 } file ? File.ReadAllBytes(file) : null));
        services.AddSingleton<SecondFactorStore>();
        services.AddSingleton<PasswordCheck>();
        services.AddSingleton<SignedIn>();
        services.AddSingleton<UploadStore>();
        services.AddSingleton<UploadPartStore>();
        services.AddSingleton<BlobReader>();
        AddReading(services, config);
        services.AddSingleton<StatusReader>();
        services.AddSingleton(_ => FileSet.Load(Path.Combine(AppContext.BaseDirectory, "wwwroot")));
        AddIndex(services);
        AddJmap(services);
        AddContacts(services);
        AddOutbox(services, config);
        AddDrafts(services);
        AddJobs(services);
        AddPush(services);
    }

    private static void AddJournal(IServiceCollection services, WebmailConfig config)
    {
        if (!config.Splice.Enabled)
        {
            services.AddSplicePassThrough();
            return;
        }

        services.AddSplice(new SpliceOptions
        {
            Name = config.Name,
            ClusterKey = File.ReadAllBytes(config.Splice.ClusterKeyFile),
            Stores = [.. config.Splice.Stores.Select(store => new StoreNode(store.Name, store.Endpoint))],
            Proxies = config.Splice.Proxies,
            Journal = config.Splice.Journal,
            // Cut off alone, it sends nobody away while others could answer.
            IsReady = provider => DatabaseHealth.Of(provider.GetRequiredService<NpgsqlDataSource>()).Availability != ServerAvailability.Away,
        });
    }

    private static void AddDomains(IServiceCollection services, WebmailConfig config)
    {
        services.AddSingleton<DomainStore>();
        services.AddSingleton(provider => new DomainMap(provider.GetRequiredService<DomainStore>(), config));
        services.AddSingleton<IMailServers>(provider => provider.GetRequiredService<DomainMap>());
        services.AddHostedService<DomainFollower>();
        services.AddSingleton<ServerProbe>();
        services.AddSingleton(new ServerDiscovery(new DiscoveryOptions
        {
            AllowsInternal = config.Admin?.DiscoverInternal ?? false,
            NameServer = config.Admin?.NameServer,
        }));
        services.AddSingleton<DomainEndpoints>();
    }

    private static void AddMail(IServiceCollection services, WebmailConfig config)
    {
        services.AddSingleton(new ImapOptions());
        services.AddSingleton<ImapPool>();
        services.AddSingleton<MailboxReader>();
        services.AddSingleton<MailboxWriter>();
        services.AddSingleton<MailboxFollower>();
        services.AddSingleton<MailboxWatcher>();
        services.AddSingleton<MailboxSearch>();
        services.AddSingleton<QuotaReader>();
        services.AddSingleton(new ReadCache(ReadCacheBytes));
        services.AddSingleton<EmailReader>();
        services.AddSingleton<BodyReader>();
        services.AddSingleton<PartHeaderReader>();
        services.AddSingleton<EmailWriter>();
        services.AddSingleton<AttachmentLimit>();
        services.AddSingleton<PartFinder>();
        services.AddSingleton<PartSender>();
        services.AddSingleton<PartReader>();
        services.AddSingleton<HtmlCleaner>();
        AddSieve(services);
    }

    private static void AddReading(IServiceCollection services, WebmailConfig config)
    {
        services.AddSingleton(new AuthenticationReader(config.TrustedAuthenticationServers));
        services.AddSingleton<ReaderPage>();
        services.AddSingleton<TrustedSenderStore>();
        services.AddSingleton<UnsubscriptionStore>();
        services.AddSingleton<FirstTimeSenders>();
        services.AddSingleton(_ => new OneClickPost(new DiscoveryOptions { NameServer = config.Admin?.NameServer }));
        services.AddSingleton<Unsubscriber>();
        services.AddSingleton<ReadingJson>();
    }

    private static void AddSieve(IServiceCollection services)
    {
        services.AddSingleton<SieveSession>();
        services.AddSingleton(provider => new SievePool(
            provider.GetRequiredService<IMailServers>(), new SieveOptions(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<SievePool>>()));
        services.AddSingleton<IScriptIds, ScriptIds>();
        services.AddSingleton<ScriptReader>();
        services.AddSingleton<ScriptWriter>();
        services.AddSingleton<ScriptBlobs>();
        services.AddSingleton<VacationReader>();
        services.AddSingleton<VacationWriter>();
        services.AddSingleton<IJmapMethod, SieveScriptGet>();
        services.AddSingleton<IJmapMethod, SieveScriptQuery>();
        services.AddSingleton<IJmapMethod, SieveScriptSet>();
        services.AddSingleton<IJmapMethod, SieveScriptValidate>();
        services.AddSingleton<IJmapMethod, VacationResponseGet>();
        services.AddSingleton<IJmapMethod, VacationResponseSet>();
    }

    private static void AddIndex(IServiceCollection services)
    {
        services.AddSingleton<IndexReader>();
        services.AddSingleton<FollowedTimes>();
        services.AddSingleton<IndexSync>();
        services.AddSingleton<KnownMail>();
        services.AddSingleton<IndexBackfill>();
        services.AddHostedService(provider => provider.GetRequiredService<IndexBackfill>());
        services.AddSingleton<ContentWalk>();
        services.AddSingleton<EmailFinder>();
        services.AddSingleton<MailIndex>();
        services.AddSingleton<EmailDescriptions>();
    }

    private static void AddJmap(IServiceCollection services)
    {
        services.AddSingleton<JmapDispatcher>();
        services.AddSingleton<IJmapMethod, CoreEcho>();
        services.AddSingleton<IJmapMethod, MailboxGet>();
        services.AddSingleton<IJmapMethod, MailboxQuery>();
        services.AddSingleton<IJmapMethod, MailboxQueryChanges>();
        services.AddSingleton<IJmapMethod, MailboxSet>();
        services.AddSingleton<IJmapMethod, EmailQueryMethod>();
        services.AddSingleton<IJmapMethod, EmailQueryChanges>();
        services.AddSingleton<IJmapMethod, EmailGet>();
        services.AddSingleton<IJmapMethod, ThreadGet>();
        services.AddSingleton<NewEmailReader>();
        services.AddSingleton<NewBodyReader>();
        services.AddSingleton<EmailChanger>();
        services.AddSingleton<IJmapMethod, EmailSet>();
        services.AddSingleton<IJmapMethod, EmailImport>();
        services.AddSingleton<IJmapMethod, EmailParse>();
        services.AddSingleton<IJmapMethod, EmailCopy>();
        services.AddSingleton<IJmapMethod, SearchSnippetGet>();
        services.AddSingleton<IdentityStore>();
        services.AddSingleton<IJmapMethod, IdentityGet>();
        services.AddSingleton<IJmapMethod, IdentityChangesMethod>();
        services.AddSingleton<IJmapMethod, IdentitySet>();
        services.AddSingleton<IJmapMethod, QuotaGet>();
        services.AddSingleton<IJmapMethod, QuotaChanges>();
        services.AddSingleton<IJmapMethod, QuotaQuery>();
        services.AddSingleton<IJmapMethod, QuotaQueryChanges>();
        foreach (var type in Enum.GetValues<IndexType>())
        {
            services.AddSingleton<IJmapMethod>(provider => new IndexChangesMethod(provider.GetRequiredService<MailIndex>(), type));
        }
    }

    private static void AddContacts(IServiceCollection services)
    {
        services.AddSingleton<ContactStore>();
        services.AddSingleton<MediaStore>();
        services.AddSingleton<ContactImport>();
        services.AddSingleton<ContactExport>();
        services.AddSingleton<IJmapMethod, AddressBookGet>();
        services.AddSingleton<IJmapMethod, AddressBookSet>();
        services.AddSingleton<IJmapMethod, ContactCardGet>();
        services.AddSingleton<IJmapMethod, ContactCardQuery>();
        services.AddSingleton<IJmapMethod, ContactCardQueryChanges>();
        services.AddSingleton<IJmapMethod, ContactCardSet>();
        AddChanges("AddressBook/changes", ContactType.AddressBook);
        AddChanges("ContactCard/changes", ContactType.Card);

        void AddChanges(string name, ContactType type) => services.AddSingleton<IJmapMethod>(
            provider => new ContactChangesMethod(provider.GetRequiredService<ContactStore>(), name, type));
    }

    private static void AddOutbox(IServiceCollection services, WebmailConfig config)
    {
        services.AddSingleton(_ => OutboxKey.Of(config.Splice));
        services.AddSingleton<Submitter>();
        services.AddSingleton<SubmittedMessage>();
        services.AddSingleton<MessageCopies>();
        services.AddSingleton<OutboxStore>();
        services.AddSingleton<OutboxLeases>();
        services.AddSingleton<OutboxSteps>();
        services.AddHostedService<OutboxExecutor>();
        services.AddSingleton<NewSubmissionReader>();
        services.AddSingleton<IJmapMethod, EmailSubmissionGet>();
        services.AddSingleton<IJmapMethod, EmailSubmissionChanges>();
        services.AddSingleton<IJmapMethod, EmailSubmissionQuery>();
        services.AddSingleton<IJmapMethod, EmailSubmissionQueryChanges>();
        services.AddSingleton<IJmapMethod, EmailSubmissionSet>();
    }

    private static void AddDrafts(IServiceCollection services)
    {
        services.AddSingleton<DraftCopies>();
        services.AddSingleton<DraftBlobs>();
        services.AddSingleton<DraftWatch>();
        services.AddSingleton<DraftStore>();
        services.AddSingleton<DraftLeases>();
        services.AddSingleton<DraftSteps>();
        services.AddHostedService<DraftWriter>();
        services.AddSingleton<IJmapMethod, DraftGet>();
        services.AddSingleton<IJmapMethod, DraftChangesMethod>();
        services.AddSingleton<IJmapMethod, DraftHistory>();
        services.AddSingleton<IJmapMethod, DraftSet>();
    }

    private static void AddJobs(IServiceCollection services)
    {
        services.AddSingleton<BatchWriter>();
        services.AddSingleton<JobStore>();
        services.AddSingleton<JobLeases>();
        services.AddSingleton<JobWork>();
        services.AddSingleton<JobSteps>();
        services.AddHostedService<JobExecutor>();
        services.AddSingleton<IJmapMethod, MailJobGet>();
        services.AddSingleton<IJmapMethod, MailJobChanges>();
        services.AddSingleton<IJmapMethod, MailJobSet>();
    }

    private static void AddPush(IServiceCollection services)
    {
        services.AddSingleton<AccountChanges>();
        services.AddHostedService<ChangeListener>();
        services.AddSingleton<PushReader>();
        services.AddSingleton<FollowerLeases>();
        services.AddSingleton<AccountFollower>();
        services.AddSingleton<Followers>();
        services.AddHostedService(provider => provider.GetRequiredService<Followers>());
    }
}
