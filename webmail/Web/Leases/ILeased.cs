namespace Webmail.Web.Leases;

/// <summary>One piece of work in the hands of one executor, until its lease lapses.</summary>
internal interface ILeased
{
    string Account { get; }

    /// <summary>Its row, within the account.</summary>
    long Number { get; }

    /// <summary>Whose turn it is: whoever takes it next has the next number.</summary>
    long Attempt { get; }
}
