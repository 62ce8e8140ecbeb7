using CloudPos.Functions.Hosting;

namespace CloudPos.Functions.Journals;

/// <summary>Takes journals in.</summary>
internal static class JournalsRoom
{
    public static IServiceCollection AddJournals(this IServiceCollection services) => services
        .AddSingleton<JournalHeads>()
        .AddSingleton<StoredEntries>()
        .AddSingleton<Branches>()
        .AddSingleton<ApplyOwed>()
        .AddSingleton<StoreSegment>();

    public static void MapJournals(this FunctionTable functions)
    {
        const string journal = "/api/journal/{terminal}/{epoch}";
        functions.Http<StoreSegment>(
            "journal-post", "POST", journal, Access.TerminalAppend, store =>
                store.Store, StoreSegment.BodyBytesMax);
        functions.Http<StoreSegment>(
            "journal-get", "GET", journal, Access.TerminalAppend, store => store.Acknowledge);
    }
}
