using Webmail.Mail.Seams;

namespace Webmail.Mail.Sieve.Vacations;

/// <summary>Reads the vacation response from the script that we have made of it.</summary>
public sealed class VacationReader(SievePool pool)
{
    public ValueTask<VacationResponse> ReadAsync(MailAccount account, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(account);
        return account.Choices.ChooseAsync(
            "sieve.vacation", async token => await pool.AskAsync(account.Credentials, ReadAsync, token), cancellationToken);
    }

    private static async Task<VacationResponse> ReadAsync(SieveConnection connection, CancellationToken cancellationToken)
    {
        var active = (await connection.ListAsync(cancellationToken)).FirstOrDefault(listed => listed.IsActive)?.Name;
        var content = await connection.GetAsync(OwnScript.Vacation, cancellationToken) ?? [];
        var isOwn = OwnScript.Is(OwnScript.Vacation, content);
        // Another client may have activated another script since: then nothing is answered, and that is what is said.
        var isEnabled = isOwn && active switch
        {
            OwnScript.Vacation => true,
            OwnScript.Master => await MasterScript.ReadAsync(connection, cancellationToken) is not null,
            _ => false,
        };
        return new VacationResponse(isEnabled, OwnScript.Read<VacationSettings>(content) ?? VacationSettings.None);
    }
}
