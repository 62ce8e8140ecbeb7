namespace CloudPos.Functions.Bus;

/// <summary>What a queue may be called, on every bus.</summary>
internal static class QueueNames
{
    public static void Check(string queue)
    {
        bool good = queue.Length is > 0 and <= 50
            && queue.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-');
        if (!good) throw new ArgumentException($"'{queue}' is no queue name.", nameof(queue));
    }
}
