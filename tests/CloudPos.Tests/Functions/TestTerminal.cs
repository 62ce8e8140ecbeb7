using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text.Json;
using CloudPos.Crypto;
using CloudPos.Journal;
using CloudPos.Wire;

namespace CloudPos.Tests.Functions;

/// <summary>
/// A terminal as small as a test needs it: a key, a journal in memory, and signed requests.
/// </summary>
internal sealed class TestTerminal(TestBackOffice office, Es256Key key, EnrolAnswer enrolled)
{
    private readonly List<(Entry Entry, IReadOnlyList<Attachment> Attachments)> _entries = [];

    public EnrolAnswer Enrolled { get; } = enrolled;

    public Es256Key Key { get; } = key;

    public string Terminal => Enrolled.Terminal;

    public JournalId Journal => new(Enrolled.Terminal, Enrolled.Epoch);

    public string Path => WireContract.JournalPath(Journal);

    public DateTimeOffset Now { get; set; } = office.Time.GetUtcNow();

    public IReadOnlyList<Entry> Entries => [.. _entries.Select(entry => entry.Entry)];

    public EntryHash LastHash => _entries.Count == 0 ? EntryHash.Genesis(Journal) : _entries[^1].Entry.Hash;

    /// <summary>
    /// A copy of the disk, as it is or as it was after so many entries: the same key and journal.
    /// </summary>
    public TestTerminal Clone(int? entries = null)
    {
        var clone = new TestTerminal(office, Key, Enrolled);
        clone._entries.AddRange(_entries[..(entries ?? _entries.Count)]);
        return clone;
    }

    public Entry Append(EntryBody body, params IReadOnlyList<Attachment> attachments)
    {
        var entry = Entry.Create(
            Journal, _entries.Count + 1, LastHash, Now, DateOnly.FromDateTime(Now.UtcDateTime), body);
        _entries.Add((entry, attachments));
        return entry;
    }

    /// <summary>Appends bytes that are an entry by their header only.</summary>
    public void AppendRaw(EntryKind kind, ReadOnlySpan<byte> body)
    {
        var header = new EntryHeader(
            Journal, _entries.Count + 1, kind, DateTimeOffset.FromUnixTimeMilliseconds(
                Now.ToUnixTimeMilliseconds()),
            DateOnly.FromDateTime(Now.UtcDateTime), LastHash);
        var bytes = header.Write(body);
        _entries.Add((new Entry(header, null!, bytes, EntryHash.Of(bytes)), []));
    }

    public Segment SegmentOf(int from, int to) => new(
        Journal, from, from == 1 ? EntryHash.Genesis(Journal) : _entries[from - 2].Entry.Hash,
        [.. _entries[(from - 1)..to].Select(
            entry => new ShippedEntry(entry.Entry.Bytes, entry.Attachments))]);

    public Task<HttpResponseMessage> Upload(int from = 1, int? to = null, string encoding = "br") =>
        Post(SegmentOf(from, to ?? _entries.Count).Write(Key), encoding);

    public Task<HttpResponseMessage> Post(byte[] segment, string encoding = "br")
    {
        var content = new ByteArrayContent(Compress(segment, encoding));
        content.Headers.ContentType = new MediaTypeHeaderValue(WireContract.SegmentMediaType);
        if (encoding.Length > 0)
            content.Headers.ContentEncoding.Add(encoding);
        return Send(HttpMethod.Post, Path, content);
    }

    public async Task<Acknowledgement> Uploaded(int from = 1, int? to = null)
    {
        using var response = await Upload(from, to);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return Read(await response.Content.ReadAsStringAsync());
    }

    public async Task<Acknowledgement> Acknowledged()
    {
        using var response = await Send(HttpMethod.Get, Path, null);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return Read(await response.Content.ReadAsStringAsync());
    }

    /// <summary>Verifies an acknowledgement by the key list that the root key signed.</summary>
    public Acknowledgement Read(string jws)
    {
        Assert.True(Es256PublicKey.TryParse(Enrolled.RootKey, out var root));
        var verified = SignedDocument.Verify(
            Enrolled.Keys, KeyList.Typ, kid => kid == root.Thumbprint ? root : null, out var list);
        Assert.Equal(SignedDocumentResult.Verified, verified);
        var keys = JsonSerializer.Deserialize(list, WireJson.Default.KeyList)!;
        verified = SignedDocument.Verify(
            jws, Acknowledgement.Typ,
            kid => keys.AcknowledgementKeys.FirstOrDefault(key => key.KeyId == kid) is { } published
                && Es256PublicKey.TryParse(published.PublicKey, out var signing) ? signing : null,
            out var payload);
        Assert.Equal(SignedDocumentResult.Verified, verified);
        return JsonSerializer.Deserialize(payload, WireJson.Default.Acknowledgement)!;
    }

    public async Task<FeedPage> Feed(string cursor = "")
    {
        using var response = await Send(HttpMethod.Get, WireContract.FeedPath(Terminal, cursor), null);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonSerializer.Deserialize(text, WireJson.Default.FeedPage)!;
    }

    /// <summary>All rows from a cursor on, page by page, and the cursor reached.</summary>
    public async Task<(string Cursor, IReadOnlyList<FeedRow> Rows)> FeedToEnd(string cursor = "")
    {
        var rows = new List<FeedRow>();
        while (true)
        {
            var page = await Feed(cursor);
            rows.AddRange(page.Rows);
            cursor = page.Cursor;
            if (!page.More)
                return (cursor, rows);
        }
    }

    /// <summary>Sends a request signed for itself, or for what the test says instead.</summary>
    public async Task<HttpResponseMessage> Send(
        HttpMethod method, string path, HttpContent? content, string? signedPath =
            null, string? signedMethod = null,
        byte[]? signedBody =
            null, string? signedHost = null, DateTimeOffset? at = null, Es256Key? with = null)
    {
        var body = content is null ? [] : await content.ReadAsByteArrayAsync();
        var token = RequestToken.Create(
            with ?? Key, Terminal,
            SignedRequest.Of(
                signedMethod ?? method.Method, signedHost ?? office.Http.BaseAddress!.Authority,
                signedPath ?? path,
                signedBody ?? body),
            at ?? office.Time.GetUtcNow());
        var request = new HttpRequestMessage(method, path) { Content = content };
        request.Headers.TryAddWithoutValidation("Authorization", $"{WireContract.TerminalScheme} {token}");
        return await office.Http.SendAsync(request);
    }

    private static byte[] Compress(byte[] bytes, string encoding)
    {
        if (encoding.Length == 0 || encoding == "identity")
            return bytes;
        using var output = new MemoryStream();
        using (Stream stream = encoding == "br"
            ? new BrotliStream(output, CompressionLevel.Fastest)
            : new GZipStream(output, CompressionLevel.Fastest))
            stream.Write(bytes);
        return output.ToArray();
    }
}
