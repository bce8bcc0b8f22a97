using System.Net.Sockets;

namespace Appliance.Cli.Lab;

/// <summary>Asks whether a service can be used, from inside its machine.</summary>
public static class Probe
{
    /// <summary>Something listens on the port, seen in the namespace's own socket table.</summary>
    public static bool Listens(Machine machine, int port) =>
        Shell.Try("nsenter", $"--net={machine.NamespacePath}", "ss", "-Hltn", $"sport = :{port}").Output.Length > 0;

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
