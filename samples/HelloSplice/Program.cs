using System.Net;
using HelloSplice;
using Splice.Hooks;
using Splice.Store;

var builder = WebApplication.CreateSlimBuilder(args);
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
    var listen = IPEndPoint.Parse(settings.Listen);
    builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(listen, endpoint => endpoint.UseSplice()));
}

var app = builder.Build();
app.UseSplice();
app.MapGet("/", Endpoints.HelloAsync);
app.MapGet("/numbers", Endpoints.NumbersAsync);
app.MapPost("/greetings", Endpoints.GreetAsync);
app.Run();
