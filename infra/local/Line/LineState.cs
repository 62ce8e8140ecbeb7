namespace CloudPos.Local.Line;

/// <summary>What the line between a shop and the world does.</summary>
internal enum LineState
{
    /// <summary>Passes everything on.</summary>
    Up = 1,

    /// <summary>Resets what is open and whoever dials: the caller knows at once.</summary>
    Down = 2,

    /// <summary>
    /// Takes every connection and passes nothing on, in either direction: the caller must give up by itself.
    /// </summary>
    BlackHole = 3,

    /// <summary>There is a line, and something else answers in the back office's place: HTTP 502.</summary>
    BadGateway = 4,
}
