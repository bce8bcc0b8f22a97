using Splice.Hooks;
using Webmail.Web.Answers;
using Webmail.Web.Blobs;
using Webmail.Web.Blobs.Resumable;
using Webmail.Web.Config;
using Webmail.Web.Contacts;
using Webmail.Web.Domains;
using Webmail.Web.Files;
using Webmail.Web.Health;
using Webmail.Web.Jmap;
using Webmail.Web.Push;
using Webmail.Web.Reading;
using Webmail.Web.Security;
using Webmail.Web.Sessions;
using Webmail.Web.Sessions.SecondFactors;
using Webmail.Web.Status;

namespace Webmail.Web;

/// <summary>Puts the application together.</summary>
public static class WebmailApp
{
    /// <summary>Larger than an upload may be, so that the answer to a too large one comes from us.</summary>
    private const long RequestBodyBytesMax = 64L * 1024 * 1024;

    public static WebApplication Build(WebmailConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            // Otherwise every folder below the working directory, which may be the root, is watched for changed settings.
            Args = ["--hostBuilder:reloadConfigOnChange=false"],
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.Logging.ClearProviders().AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
        });
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddWebmail(config);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = RequestBodyBytesMax;
            // A spliced connection may pause for as long as a handover takes.
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            foreach (var listen in config.Listen)
            {
                kestrel.Listen(listen, endpoint =>
                {
                    if (config.Splice.Enabled)
                    {
                        endpoint.UseSplice();
                    }
                });
            }

            if (config.Admin is { } admin)
            {
                kestrel.ListenForAdmin(admin);
            }
        });
        var app = builder.Build();
        if (config.Admin is { } adminConfig)
        {
            app.UseAdmin(adminConfig);
        }

        app.UseSplice();
        app.UseMiddleware<SecurityHeaders>();
        app.UseMiddleware<FailureMiddleware>();
        app.UseMiddleware<SameOriginCheck>();
        app.UseRouting();
        HealthEndpoint.Map(app);
        StatusEndpoint.Map(app);
        SessionEndpoints.Map(app);
        DeviceEndpoints.Map(app);
        SecondFactorEndpoints.Map(app);
        JmapEndpoints.Map(app);
        EventSourceEndpoint.Map(app);
        DownloadEndpoint.Map(app);
        UploadEndpoint.Map(app);
        ResumableUploadEndpoints.Map(app);
        ReaderEndpoint.Map(app);
        TrustedSenderEndpoints.Map(app);
        UnsubscriptionEndpoint.Map(app);
        ContactEndpoints.Map(app);
        StaticFiles.Map(app);
        return app;
    }
}
