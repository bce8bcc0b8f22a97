namespace Webmail.Web.Sessions;

internal enum PasswordAnswer
{
    Right,
    Wrong,
    TooManyFailures,
}
