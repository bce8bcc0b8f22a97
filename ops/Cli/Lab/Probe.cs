using System.Net.Sockets;

namespace Appliance.Cli.Lab;

/// <summary>Asks whether a service can be used, from inside its machine.</summary>
public static class Probe
{
    /// <summary>Something listens on the port, seen in the namespace's own socket table.</summary>
    public static bool Listens(Machine machine, int port) =>
        Shell.Try("nsenter", $"--net={machine.NamespacePath}", "ss", "-Hltn", $"sport = :{port}").Output.Length > 0;

    /// <summary>Whoever is connected to the port of the machine, as ADDRESS:PORT.</summary>
    public static IReadOnlyList<string> Peers(Machine machine, int port) =>
        [.. Shell.Run("nsenter", $"--net={machine.NamespacePath}", "ss", "-Htn", "state", "connected", $"sport = :{port}")
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^1])];

    public static bool Socket(string path)
    {
        if (!File.Exists(path))
        {
            return false;
        }

        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    public static bool Connects(string address, int port)
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            return socket.ConnectAsync(address, port).Wait(TimeSpan.FromMilliseconds(500));
        }
        catch (Exception exception) when (exception is SocketException or AggregateException)
        {
            return false;
        }
    }
}
