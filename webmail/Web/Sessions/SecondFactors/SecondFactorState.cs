namespace Webmail.Web.Sessions.SecondFactors;

/// <param name="IsOn">Signing in needs a code.</param>
/// <param name="RecoveryCodesLeft">How many have not been used.</param>
internal sealed record SecondFactorState(bool IsOn, int RecoveryCodesLeft);
