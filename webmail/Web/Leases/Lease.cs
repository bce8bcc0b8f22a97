namespace Webmail.Web.Leases;

/// <summary>How long work belongs to who took it, by the database's clock.</summary>
internal static class Lease
{
    /// <summary>With the pause between two looks, what a dead executor held moves within two seconds.</summary>
    public static readonly TimeSpan Lasts = TimeSpan.FromSeconds(1.2);
    public static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(0.3);
}
