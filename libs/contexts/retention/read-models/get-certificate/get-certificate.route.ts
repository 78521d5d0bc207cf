import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { PAGE_POLICY } from '@hjemmel/contexts/privacy-notice/contract';
import { Allow, Omittable, SEMANTIC } from '@hjemmel/http';
import { IsIn } from 'class-validator';
import type { FastifyReply } from 'fastify';
import { ErasureParams } from '../get-erasure/get-erasure.route';
import type { Certificate } from './certificate';
import { GetCertificate } from './get-certificate.query';
import { certificatePage } from './html';
import { words } from './words';
import type { CertificateLanguage } from './words';

const formats = ['json', 'html'] as const;

export class CertificateQuery {
  @ApiPropertyOptional({ enum: formats, default: 'json' })
  @Omittable()
  @IsIn(formats, SEMANTIC)
  format: (typeof formats)[number] = 'json';

  @ApiPropertyOptional({ enum: ['nb', 'en'], default: 'nb', description: 'Language of the words' })
  @Omittable()
  @IsIn(['nb', 'en'], SEMANTIC)
  lang: CertificateLanguage = 'nb';
}

@ApiTags('erasures')
@ApiBearerAuth()
@Controller('erasures')
export class GetCertificateRoute {
  constructor(private readonly queries: QueryBus) {}

  @Get(':erasureId/certificate')
  @Allow('case-worker', 'privacy-officer', 'auditor')
  @ApiOperation({
    summary: 'What was erased, on which ground and in which order; what of it the log shows, and what is only stated',
    description: 'Holds no personal data. Read from the log at the moment it is asked for.',
  })
  @ApiOkResponse({
    description: 'The certificate',
    content: { 'application/json': { schema: { type: 'object' } }, 'text/html': { schema: { type: 'string' } } },
  })
  async get(
    @Param() { erasureId }: ErasureParams,
    @Query() { format, lang }: CertificateQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<(Certificate & { readonly words: object }) | string> {
    const certificate = await this.queries.execute(new GetCertificate(erasureId));
    if (format === 'json') {
      const { statuses, provedItems, attestedItems, noProof } = words[lang];
      return {
        ...certificate,
        words: { status: statuses[certificate.status], proved: provedItems, attested: attestedItems, proof: noProof },
      };
    }
    void reply.header('Content-Type', 'text/html; charset=utf-8').header('Content-Security-Policy', PAGE_POLICY);
    return certificatePage(certificate, lang);
  }
}
