namespace CloudPos.Terminal.Printing;

/// <summary>What became of a paper. Everything but Printed leaves it waiting.</summary>
internal enum PrintResult
{
    Printed = 0,
    PaperOut = 1,
    CoverOpen = 2,

    /// <summary>The printer says that it cannot print, and not why: a jam, a hot head, a worn
    /// knife.</summary>
    Fault = 3,

    /// <summary>No connection, or no such device: switched off, or another address.</summary>
    NoConnection = 4,

    /// <summary>It took the paper's bytes and did not say within the time that it was done.</summary>
    NoAnswer = 5,
}

internal static class PrintResults
{
    public static string SentenceOf(PrintResult result) => result switch
    {
        PrintResult.Printed => "Printed.",
        PrintResult.PaperOut => "The printer is out of paper; put a roll in and it goes on by itself.",
        PrintResult.CoverOpen => "The printer's cover is open; close it and it goes on by itself.",
        PrintResult.Fault => "The printer reports a fault; look at it, switch it off and on.",
        PrintResult.NoConnection => "The printer cannot be reached; is it on, and is its address right?",
        PrintResult.NoAnswer =>
            "The printer took too long; what it was to print is printed again, as a copy.",
        _ => throw new ArgumentOutOfRangeException(nameof(result), result, "No result of printing."),
    };
}
