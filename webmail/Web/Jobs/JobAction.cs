namespace Webmail.Web.Jobs;

/// <summary>What a job does to each of its messages; the numbers are stored.</summary>
internal enum JobAction : short
{
    /// <summary>Moves it into the target.</summary>
    Move = 0,

    /// <summary>Sets and clears keywords.</summary>
    SetKeywords = 1,

    /// <summary>Moves it into the trash; destroys it for ever where it lies there already.</summary>
    Delete = 2,

    /// <summary>Destroys it for ever.</summary>
    Empty = 3,

    /// <summary>Puts it back as another job found it.</summary>
    Undo = 4,
}
