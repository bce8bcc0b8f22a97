using System.Net;
using HelloSplice;
using Splice.Hooks;
using Splice.Store;

const long UploadBytesMax = 1L << 30;
// The host watches every folder below its content root for changed settings. Below the current folder that can be a whole
// disk, and the kernel takes those watches down before it closes a killed process's connections.
var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
if (builder.Configuration["config"] is { } configFile)
{
    builder.Configuration.AddJsonFile(Path.GetFullPath(configFile));
}

builder.Logging.ClearProviders().AddSimpleConsole(console =>
{
    console.SingleLine = true;
    console.UseUtcTimestamp = true;
    console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
});
// Eight lines a request, otherwise, in which nobody finds what matters.
builder.Logging.AddFilter("Microsoft", LogLevel.Warning);

// Shared by all backends, as a database or an object store would be.
var shared = builder.Configuration["sharedFolder"] ?? Path.Combine(Path.GetTempPath(), "hello-splice");
var (files, uploads) = (new FileShelf(builder.Configuration["filesFolder"] ?? shared), new UploadShelf(Path.Combine(shared, "uploads")));
var settings = builder.Configuration.GetSection("splice").Get<SpliceSettings>();

if (settings is null)
{
    // On a developer's machine: an ordinary endpoint, the same journal service.
    builder.Services.AddSplicePassThrough();
}
else
{
    builder.Services.AddSplice(new SpliceOptions
    {
        Name = settings.Name,
        ClusterKey = File.ReadAllBytes(settings.ClusterKeyFile),
        Stores = [.. settings.Stores.Select(store => new StoreNode(store.Name, IPEndPoint.Parse(store.Endpoint)))],
        Proxies = [.. settings.Proxies.Select(IPEndPoint.Parse)],
    });
    builder.WebHost.ConfigureKestrel(kestrel =>
    {
        kestrel.Limits.MaxRequestBodySize = UploadBytesMax;
        foreach (var listen in settings.Listen)
        {
            kestrel.Listen(IPEndPoint.Parse(listen), endpoint => endpoint.UseSplice());
        }
    });
}

var app = builder.Build();
app.UseSplice();
app.MapGet("/", Endpoints.HelloAsync);
app.MapGet("/numbers", Endpoints.NumbersAsync);
app.MapGet("/lines/{count:int}", Endpoints.LinesAsync);
app.MapPost("/greetings", (IJournal journal, CancellationToken cancelled) => Endpoints.GreetAsync(new GreetingBook(shared), journal, cancelled));
app.MapGet("/files/{name}", (string name, HttpContext context) => files.SendAsync(name, context));
app.MapPost("/uploads", (HttpRequest request, IJournal journal) => uploads.ReceiveAsync(request, journal));
app.Run();
