using System.Text.Json.Nodes;
using Appliance.Cli.Services;
using OtpNet;

namespace Tests.Lab.Replay;

/// <summary>Accounts that only this run knows, each for one case: what is done to a second factor cannot be done twice.</summary>
internal sealed class ReplaySecondFactors(Func<byte[], CancellationToken, Task<Execution>> ask)
{
    private const string Path = "/session/second-factor";
    private const string Password = "secret";
    private string _offered = "";
    private MailUser _toUse = null!;
    private string _recoveryCode = "";
    private string _recoveryCodeToRemove = "";

    /// <summary>Cookie of an account without a second factor.</summary>
    public string Cookie { get; private set; } = "";

    private string CookieToConfirm { get; set; } = "";
    private string CookieToRemove { get; set; } = "";
    private MailUser Renewing { get; set; } = null!;

    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        (Renewing, Cookie) = await NewAccountAsync(cancellationToken);
        (_, CookieToConfirm) = await NewAccountAsync(cancellationToken);
        _offered = await OfferAsync(CookieToConfirm, cancellationToken);
        (_toUse, var cookie) = await NewAccountAsync(cancellationToken);
        _recoveryCode = await EnrolAsync(cookie, cancellationToken);
        (_, CookieToRemove) = await NewAccountAsync(cancellationToken);
        _recoveryCodeToRemove = await EnrolAsync(CookieToRemove, cancellationToken);
    }

    public byte[] SignInAgain() => ReplayRequest.SignIn(Password, Cookie, user: Renewing);

    public byte[] SignIn(bool withCode) => ReplayRequest.SignIn(Password, code: withCode ? _recoveryCode : null, user: _toUse);

    public byte[] SignInWithAWrongCode() => ReplayRequest.SignIn(Password, code: "wrong", user: _toUse);

    public byte[] Offer() => ReplayRequest.Json(Path, Cookie, []);

    public byte[] Confirm() => Code(CookieToConfirm, "confirmation", NowOf(_offered));

    public byte[] Remove() => Code(CookieToRemove, "removal", _recoveryCodeToRemove);

    public byte[] RemoveWithoutACode() => ReplayRequest.Json($"{Path}/removal", CookieToRemove, []);

    private static byte[] Code(string cookie, string what, string code) => ReplayRequest.Json($"{Path}/{what}", cookie, new JsonObject { ["code"] = code });

    private static string NowOf(string secret) => new Totp(Base32Encoding.ToBytes(secret)).ComputeTotp();

    private async Task<(MailUser User, string Cookie)> NewAccountAsync(CancellationToken cancellationToken)
    {
        var user = new MailUser($"{Guid.NewGuid():N}@throwaway.test", "Somebody", Password);
        var answer = await ask(ReplayRequest.SignIn(Password, user: user), cancellationToken);
        return (user, answer.Cookie);
    }

    private async Task<string> OfferAsync(string cookie, CancellationToken cancellationToken) =>
        (string)JsonNode.Parse((await ask(ReplayRequest.Json(Path, cookie, []), cancellationToken)).Body)!["secret"]!;

    /// <summary>A recovery code of the new second factor.</summary>
    private async Task<string> EnrolAsync(string cookie, CancellationToken cancellationToken)
    {
        var secret = await OfferAsync(cookie, cancellationToken);
        var answer = await ask(Code(cookie, "confirmation", NowOf(secret)), cancellationToken);
        return (string)JsonNode.Parse(answer.Body)!["recoveryCodes"]![0]!;
    }
}
